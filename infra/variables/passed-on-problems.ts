import { z } from 'zod'
import { parseConfig } from '#toolkit/process/config.ts'
import { configOf, roleConfigs } from '../role-configs.ts'
import { givenAs, passedOn } from './passed-on.ts'
import { passedTo } from './set-by-start.ts'

/** Invalid variables that `npm start` passes on, one sentence each, so that no process has to end because of them. */
export function passedOnProblems(env: NodeJS.ProcessEnv): readonly string[] {
  const found = [...roleConfigs.keys()].flatMap((name) => {
    const given = passedTo(name).filter((variable) => givenAs(name, variable, env) !== undefined)
    const { shape } = configOf(name)
    const schema = z.object(Object.fromEntries(Object.entries(shape).filter(([variable]) => given.includes(variable))))
    const parsed = parseConfig(schema, passedOn(name, env))
    if ('config' in parsed) return []
    return parsed.problems.map((problem) =>
      problem.replace(/^\w+/, (variable) => givenAs(name, variable, env) ?? variable),
    )
  })
  return [...new Set(found)]
}
