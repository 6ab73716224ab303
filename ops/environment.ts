import type { z } from 'zod'
import { requireConfig } from '#toolkit/process/config.ts'
import { opsConfig } from './config.ts'

let read: z.infer<typeof opsConfig> | undefined

/** The configuration of this process, read once. */
export const environment = (): z.infer<typeof opsConfig> => {
  read ??= requireConfig(opsConfig)
  return read
}
