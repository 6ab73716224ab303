import { isSet } from '#cqrs/process/is-set.ts'
import { configOf } from './role-configs.ts'

/** What gives a variable to one process alone, as in `POSTS_RELAY_LOG_LEVEL`. */
export const ownVariable = (name: string, variable: string): string =>
  `${name.toUpperCase().replaceAll('-', '_')}_${variable}`

/** Where a process has the value of a variable from: the name that is its own, else the one that all share. */
export const givenAs = (name: string, variable: string, env: NodeJS.ProcessEnv): string | undefined =>
  [ownVariable(name, variable), variable].find((given) => isSet(env[given]))

/** What a process takes of the environment: every variable that its schema knows. An empty one counts as not set. */
export const passedOn = (name: string, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(configOf(name).shape).flatMap((variable) => {
      const given = givenAs(name, variable, env)
      return given === undefined ? [] : [[variable, env[given] ?? '']]
    }),
  )
