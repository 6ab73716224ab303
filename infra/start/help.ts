import { z } from 'zod'
import { usageOf } from '#toolkit/process/usage.ts'
import { configOf, roleConfigs } from '../role-configs.ts'
import { passedTo } from '../variables/set-by-start.ts'
import { startConfig } from './config.ts'

/** Usage of `npm start`. */
export const usage = `npm start [-- --reset] [-- --watch]

Brings Inkstream up on this machine: PostgreSQL, Apache Kafka, the three services with an api, a relay and a projector
each, and the gateway, at http://127.0.0.1:4000/graphql. It ends all of them with itself.

  --reset   begin again: forget all data, and the secret in the data folder
  --watch   start a role again when its code changes (npm run dev)
  --help    this text, and all variables of the environment`

/** The usage, with every variable that it reads or passes on. */
export const startHelp = (): string => `${usage}

It reads these variables of the environment itself:

${usageOf(startConfig)}

It passes these on to every role that reads them. Put the name of a role before one, as in GATEWAY_LOG_LEVEL or
POSTS_RELAY_LOG_LEVEL, to give it to that role alone:

${usageOf(passedOnConfig())}

It sets all others that roles read. docs/configuration.md says which role reads what.`

/** Every variable that `npm start` passes on and does not read itself. */
function passedOnConfig(): z.ZodObject {
  const passed = [...roleConfigs.keys()].flatMap((name) =>
    passedTo(name).map((variable): [string, z.ZodType] => [variable, configOf(name).shape[variable]]),
  )
  return z.object(Object.fromEntries(passed.filter(([variable]) => !(variable in startConfig.shape)).toSorted(byName)))
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
