import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { rejections as ofComments } from '../../subgraphs/comments/write/commands.ts'
import { rejections as ofPosts } from '../../subgraphs/posts/write/commands.ts'
import { rejections as ofUsers } from '../../subgraphs/users/write/commands.ts'

const root = resolve(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The codes of the tables under a heading of docs/errors.md. */
function listed(heading: string): Set<string> {
  const [, section = ''] = read('docs/errors.md').split(`\n## ${heading}\n`)
  const [table = ''] = section.split('\n## ')
  return new Set([...table.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code = '']) => code))
}

/** Every source file but tests and what is generated. */
const sources = globSync('{cqrs,subgraphs,gateway}/**/*.ts', { cwd: root }).filter(
  (file) => !/\.(test|fixture)\.ts$|generated|cqrs\/testing/.test(file),
)
const found = (pattern: RegExp, files: readonly string[] = sources) =>
  new Set(files.flatMap((file) => [...read(file).matchAll(pattern)].map(([, code = '']) => code)))

test('lists every rejection, and none that is no more', () => {
  const ofServices = [ofUsers, ofPosts, ofComments].flatMap((codes) => Object.keys(codes))
  const ofMachinery = found(/(?:rejected|code): '([A-Z_]+)'/g, globSync('cqrs/command/*.ts', { cwd: root }))
  expect([...listed('Rejections')].sort()).toEqual([...new Set([...ofServices, ...ofMachinery])].sort())
})

test('lists every error, and none that is no more', () => {
  // Codes stand behind `code:`, in a call that answers one, or in the sets of those that clients are told.
  const written = found(/code: '([A-Z_]+)'/g)
  const answered = found(/\b(?:refusalBody|subgraphFault)\([^)]*'([A-Z_]+)'/g)
  const told = found(/^ {2}'?([A-Z_]{3,})'?[,:]/gm, ['cqrs/graphql/errors.ts', 'gateway/errors.ts'])
  expect(sources.length).toBeGreaterThan(100)
  expect([...listed('Errors')].sort()).toEqual([...new Set([...written, ...answered, ...told])].sort())
})
