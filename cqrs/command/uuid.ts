import { z } from 'zod'

const uuid = z.uuid()

/** Every aggregate's id is one. */
export const isUuid = (value: unknown): value is string => uuid.safeParse(value).success
