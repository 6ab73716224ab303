import { parseConfig } from '#toolkit/process/config.ts'
import { configOf, roleConfigs } from '../role-configs.ts'
import { givenAs, passedOn } from './passed-on.ts'
import { passedTo } from './set-by-start.ts'

/** Invalid variables that `npm start` passes on, one sentence each, so that no process has to end because of them. */
export function passedOnProblems(env: NodeJS.ProcessEnv): readonly string[] {
  const found = [...roleConfigs.keys()].flatMap((name) => {
    const given = passedTo(name).filter((variable) => givenAs(name, variable, env) !== undefined)
    const parsed = parseConfig(configOf(name), passedOn(name, env))
    if ('config' in parsed) return []
    // The others are set by npm start.
    const ofGiven = parsed.problems.filter((problem) => given.includes(/^\w+/.exec(problem)?.[0] ?? ''))
    return ofGiven.map((problem) => problem.replace(/^\w+/, (variable) => givenAs(name, variable, env) ?? variable))
  })
  return [...new Set(found)]
}
