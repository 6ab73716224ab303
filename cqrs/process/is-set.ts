/** Whether a variable of the environment has a value: one of nothing, or of spaces alone, counts as not set everywhere. */
export const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== ''
