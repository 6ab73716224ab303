import { configOf, roleConfigs } from '../role-configs.ts'
import { startConfig } from '../start/config.ts'
import { ownVariable } from './passed-on.ts'
import { passedTo } from './set-by-start.ts'

/** Every variable that `npm start` knows: its own, those of all roles, and those for one role only. */
export const knownVariables = (): readonly string[] => [
  ...new Set([
    ...Object.keys(startConfig.shape),
    ...[...roleConfigs.keys()].flatMap((name) => [
      ...Object.keys(configOf(name).shape),
      ...passedTo(name).map((variable) => ownVariable(name, variable)),
    ]),
  ]),
]
