import type { z } from 'zod'
import { benchConfig, seedConfig } from '../../bench/config.ts'
import { opsConfig } from '../../ops/config.ts'
import { testConfig } from '../../tests/support/config.ts'
import { migrateConfig, topicsConfig } from '../jobs/config.ts'
import { roleConfigs } from '../role-configs.ts'
import { startConfig } from '../start/config.ts'

/** Schemas of everything that reads environment variables, by name. */
export type Readers = ReadonlyMap<string, z.ZodObject>

/** All readers, in the order of docs/configuration.md. */
export const catalogue: readonly {
  readonly title: string
  readonly intro: string
  readonly readers: Readers
}[] = [
  {
    title: 'Roles',
    intro:
      'A role is one process of a service, such as `posts-relay`, or the gateway. `node subgraphs/posts/relay.ts --help` shows what one of them reads.',
    readers: roleConfigs,
  },
  {
    title: '`npm start`',
    intro:
      'It reads these itself, and passes every variable of a role on to the roles that read it. `npm start -- --help` shows all of them.',
    readers: new Map<string, z.ZodObject>([['`npm start`', startConfig]]),
  },
  {
    title: 'Jobs of a deployment',
    intro: 'They run once, before the roles.',
    readers: new Map<string, z.ZodObject>([
      ['`npm run migrate`', migrateConfig],
      ['`npm run topics`', topicsConfig],
    ]),
  },
  {
    title: 'The operator’s commands',
    intro: '`npm run ops`. With none of these they are for the system that `npm start` runs on this machine.',
    readers: new Map([['`npm run ops`', opsConfig]]),
  },
  {
    title: 'Measurements',
    intro: 'Of a system that `npm start` runs. `npm run bench` finds databases as the operator’s commands do.',
    readers: new Map<string, z.ZodObject>([
      ['`npm run bench`', benchConfig],
      ['`npm run seed`', seedConfig],
    ]),
  },
  {
    title: 'Tests',
    intro: 'To try more, or the same again.',
    readers: new Map([['`npm test`', testConfig]]),
  },
]
