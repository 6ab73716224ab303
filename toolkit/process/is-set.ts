/** Whether an environment variable is set: everywhere, an empty value or only spaces count as not set. */
export const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== ''
