import { ownVariable } from './passed-on.ts'
import { configOf, roleConfigs } from './role-configs.ts'
import { passedTo } from './set-by-start.ts'
import { startConfig } from './start-config.ts'

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
