import { Command } from 'commander'
import { forgetOffsets } from '#cqrs/projection/offsets.ts'
import type { ServiceName } from '#subgraphs/services.ts'
import { withModels } from './models.ts'
import { listOfServices, parseService } from './targets.ts'
/** The remedy when a projector stopped because the log was replaced. */
export const forget = new Command('forget-offsets')
  .description(
    "have a service's projector read topics from their beginning, at its next batch or start; newer and equal rows stay",
  )
  .argument('<service>', listOfServices, parseService)
  .argument('[topic]', 'with its prefix; all topics when left out')
  .action((service: ServiceName, topic: string | undefined) =>
    withModels([service], async (models) => {
      for (const { name, model, pool } of models)
        console.log(`${name}: ${await forgetOffsets(pool, model.schema, topic)} partitions forgotten.`)
      console.log(`Start the role ${service}-projector again to read them from the beginning.`)
    }),
  )
