import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertConverges } from '#cqrs/testing/convergence.ts'
import { serviceNames } from '#subgraphs/services.ts'
import { wirings } from '#subgraphs/wirings.ts'
import { casesOfServices } from '../cases/services.ts'
import { createTestDatabase } from '../support/databases.ts'

/** A few of each aggregate of all services. */
const histories = fc.tuple(...casesOfServices.map(({ histories }) => histories.some)).map((some) => some.flat())

/** The topics that the histories cover. */
const covered = casesOfServices.flatMap(({ histories }) => histories.topics.map(({ name }) => name))

/** The histories of the topics that a model reads. */
const fedTo = (model: { projections: readonly { topic: { name: string } }[] }) =>
  histories.map((some) => some.filter(({ topic }) => model.projections.some((one) => one.topic.name === topic.name)))

describe('every interleaving of topics gives the same tables, and a replay changes nothing,', () => {
  const models = serviceNames.flatMap((service) => {
    const { readModel, references } = wirings[service]
    return [
      { service, side: 'read' as const, model: readModel },
      ...(references ? [{ service, side: 'write' as const, model: references }] : []),
    ]
  })

  test.each(models)(
    'in $service, on the $side side',
    async ({ service, side, model }) => {
      for (const { topic } of model.projections) expect(covered).toContain(topic.name)
      const { url, schema } = await createTestDatabase(service, side)
      await assertConverges({ url, model: { schema, ...model }, histories: fedTo(model), runs: 50 })
    },
    90_000,
  )
})
