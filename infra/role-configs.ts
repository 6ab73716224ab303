import type { z } from 'zod'
import { apiConfig, projectorConfig, relayConfig } from '#cqrs/roles/config.ts'
import { services } from '#subgraphs/services.ts'
import { gatewayConfig } from '../gateway/config.ts'

/** The configuration schema of each process of a running system, by its name, as in `posts-relay`. */
export const roleConfigs: ReadonlyMap<string, z.ZodObject> = new Map<string, z.ZodObject>([
  ...services.flatMap((service): [string, z.ZodObject][] => [
    [`${service.name}-api`, apiConfig(service)],
    [`${service.name}-relay`, relayConfig(service)],
    [`${service.name}-projector`, projectorConfig(service)],
  ]),
  ['gateway', gatewayConfig],
])

/** @throws when no process has this name */
export function configOf(name: string): z.ZodObject {
  const config = roleConfigs.get(name)
  if (!config) throw new Error(`There is no process ${name}.`)
  return config
}
