import type { z } from 'zod'
import type { ServiceName } from '#subgraphs/services.ts'
import { requireConfig } from '#toolkit/process/config.ts'
import { benchConfig } from './config.ts'

let read: z.infer<typeof benchConfig> | undefined

/** The configuration of this process, read once. */
export const environment = (): z.infer<typeof benchConfig> => {
  read ??= requireConfig(benchConfig)
  return read
}

/** The url of a service's api on this machine. */
export const apiUrl = (service: ServiceName): URL =>
  new URL(`http://127.0.0.1:${environment()[`${service.toUpperCase() as Uppercase<ServiceName>}_PORT`]}/graphql`)
