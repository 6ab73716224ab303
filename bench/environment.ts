import type { z } from 'zod'
import { requireConfig } from '#cqrs/process/config.ts'
import type { ServiceName } from '#subgraphs/services.ts'
import { benchConfig } from './config.ts'

let read: z.infer<typeof benchConfig> | undefined

/** What this process was given, read once. */
export const environment = (): z.infer<typeof benchConfig> => {
  read ??= requireConfig(benchConfig)
  return read
}

/** Where the api of a service answers on this machine. */
export const apiUrl = (service: ServiceName): URL =>
  new URL(`http://127.0.0.1:${environment()[`${service.toUpperCase() as Uppercase<ServiceName>}_PORT`]}/graphql`)
