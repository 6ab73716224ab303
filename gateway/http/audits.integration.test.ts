import { auditServer } from 'graphql-http'
import { expect, test } from 'vitest'
import { startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'

/** The audits of the GraphQL over HTTP specification. A notice concerns what the specification leaves open. */
test('the gateway speaks GraphQL over HTTP as specified', async () => {
  const people = await startPeople()
  const gateway = await startGateway(supergraphOf([people]))
  try {
    const results = await auditServer({ url: `${gateway.url}/graphql` })
    const worse = results.filter(({ status }) => status === 'warn' || status === 'error')
    expect(worse.map(({ name }) => name)).toEqual([])
    expect(results).toHaveLength(61)
  } finally {
    await Promise.all([gateway.stop(), people.close()])
  }
})
