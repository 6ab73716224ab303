import { isSet } from '#toolkit/process/is-set.ts'
import { configOf } from '../role-configs.ts'

/** The name that sets a variable for one process only, as in `POSTS_RELAY_LOG_LEVEL`. */
export const ownVariable = (name: string, variable: string): string =>
  `${name.toUpperCase().replaceAll('-', '_')}_${variable}`

/** Some shells set HOST to the machine's name. The gateway must not listen there for that: GATEWAY_HOST says where. */
const OWN_NAME_ONLY: readonly string[] = ['HOST']

/** The name that sets a process's variable: its own name for it, otherwise the shared one. */
export const givenAs = (name: string, variable: string, env: NodeJS.ProcessEnv): string | undefined =>
  [ownVariable(name, variable), ...(OWN_NAME_ONLY.includes(variable) ? [] : [variable])].find((given) =>
    isSet(env[given]),
  )

/** The variables that a process gets: all in the environment that its schema knows. An empty one counts as not set. */
export const passedOn = (name: string, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(configOf(name).shape).flatMap((variable) => {
      const given = givenAs(name, variable, env)
      return given === undefined ? [] : [[variable, env[given] ?? '']]
    }),
  )
