import { expect } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import { manifestWith, temporaryManifest } from './manifest.fixture.ts'

/** Operations to register, of which two run, and other queries that a client may send. */
export const name = 'query Name($id: ID!) {\n  person(id: $id) {\n    name\n  }\n}'
export const rename = 'mutation Rename {\n  rename(id: "1", name: "Ada") {\n    name\n  }\n}'
export const stale = 'query Stale {\n  nobody\n}'
export const free = '{ person(id: "1") { age } }'
export const variables = { id: '2' }
export const named = { data: { person: { name: 'Person 2' } } }

/** Gateways in front of people, with the first three operations registered. */
export async function startRegistered() {
  const people = await startPeople()
  const manifest = temporaryManifest(manifestWith(name, rename, stale))
  const started: RunningGateway[] = []
  return {
    people,
    async start(env: Record<string, string>): Promise<RunningGateway> {
      const gateway = await startGateway(supergraphOf([people]), { PERSISTED_MANIFESTS: manifest.path, ...env })
      started.push(gateway)
      return gateway
    },
    async stop(): Promise<void> {
      manifest.remove()
      await Promise.all([...started.map((gateway) => gateway.stop()), people.close()])
    },
  }
}

const preflight = { 'apollo-require-preflight': '1' }
const answer = async (response: Response | Promise<Response>) => {
  const { status } = await response
  return { status, reply: await (await response).json() }
}
export const post = (gateway: RunningGateway, body: object) => answer(gateway.post(JSON.stringify(body)))
export const get = (
  gateway: RunningGateway,
  body: Record<string, unknown>,
  headers: Record<string, string> = preflight,
) => {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  const search = new URLSearchParams(Object.entries(body).map(([key, value]): [string, string] => [key, text(value)]))
  return answer(fetch(`${gateway.url}/graphql?${search}`, { headers }))
}
export const error = (code: string, message: unknown = expect.any(String)) => ({
  errors: [{ message, extensions: { code } }],
})
export const count = async (gateway: RunningGateway, source: string) =>
  (await gateway.metric('gateway_operations_total', { source })) ?? 0
