import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { requireConfig } from '#toolkit/process/config.ts'
import { neverProxyLoopback } from '#toolkit/process/loopback.ts'
import { usageOf } from '#toolkit/process/usage.ts'
import { graphqlUrl, seedConfig } from '../config.ts'
import { type Options, seed } from './seed.ts'

const usage = `npm run seed -- [--posts 1000] [--comments 10] [--authors 20] [--callers 20] [--seed 1]

Fills a running system (npm start) with content by real commands through the gateway.

  --posts      how many posts, 1 to 100000
  --comments   how many comments each post has on average, 0 to 100
  --authors    how many authors, who follow each other and favor posts, 2 to 1000
  --callers    how many requests are under way at once, 1 to 100
  --seed       the same number says the same words
  --help       this text

Environment:

${usageOf(seedConfig)}`

const bounds = {
  posts: { standard: 1_000, min: 1, max: 100_000 },
  comments: { standard: 10, min: 0, max: 100 },
  authors: { standard: 20, min: 2, max: 1_000 },
  callers: { standard: 20, min: 1, max: 100 },
  seed: { standard: 1, min: 1, max: 2 ** 31 },
} as const

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      ...(Object.fromEntries(Object.keys(bounds).map((name) => [name, { type: 'string' }])) as Record<
        keyof typeof bounds,
        { type: 'string' }
      >),
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return undefined
  const read = (name: keyof typeof bounds): number => {
    const { standard, min, max } = bounds[name]
    const given = values[name]
    const number = given === undefined ? standard : Number(given)
    if (!Number.isInteger(number) || number < min || number > max)
      throw new Error(`--${name} was "${given}" and must be a whole number, ${min} to ${max}.\n\n${usage}`)
    return number
  }
  return {
    posts: read('posts'),
    comments: read('comments'),
    authors: read('authors'),
    callers: read('callers'),
    seed: read('seed'),
  }
}

neverProxyLoopback()
try {
  const options = readOptions()
  if (options) await seed(graphqlUrl(requireConfig(seedConfig)), options)
  else console.log(usage)
} catch (error) {
  await setImmediate() // let a progress bar end its line first
  console.error((error as Error).message)
  process.exitCode = 1
}
