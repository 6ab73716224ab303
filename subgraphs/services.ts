import type { ServiceDefinition } from '#cqrs/roles/service.ts'
import { service as comments } from './comments/service.ts'
import { service as posts } from './posts/service.ts'
import { service as users } from './users/service.ts'

const listed = [users, posts, comments] as const

export type ServiceName = (typeof listed)[number]['name']
export type Service = Omit<ServiceDefinition, 'name' | 'asks'> & {
  readonly name: ServiceName
  readonly asks?: readonly ServiceName[]
}

/** Every service of this repository. Code that needs a list of services derives it from this one. */
export const services: readonly Service[] = listed

export const serviceNames: readonly ServiceName[] = services.map(({ name }) => name)

export const serviceOf = (name: ServiceName): Service => services.find((service) => service.name === name) as Service

/** The callers that hold a key of a service: the gateway, and the services that call it. */
export const callersOf = (name: ServiceName): readonly string[] => [
  'gateway',
  ...services.filter(({ asks }) => asks?.includes(name)).map((service) => service.name),
]

/** The service that issues access tokens. */
export const tokenIssuer = services.find(({ issuesTokens }) => issuesTokens) as Service
