import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { childEnvironment } from '../tests/support/child-environment.ts'
import { smallContracts } from './graphql/small-system.fixture.ts'

const main = join(import.meta.dirname, 'main.ts')
const users = 'subgraphs/users/schema.graphql'
let scratch: string
let repository: string

/** A repository of the small system, with one commit on main. */
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'inkstream-contracts-test-'))
  repository = join(scratch, 'repository')
  cpSync(smallContracts, repository, { recursive: true })
  git('init', '--quiet', '--initial-branch', 'main')
  commit('First')
  return () => rmSync(scratch, { recursive: true, force: true })
})

function git(...args: readonly string[]): string {
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false']
  return execFileSync('git', [...author, ...args], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
function commit(message: string): void {
  git('add', '--all')
  git('commit', '--quiet', '--message', message)
}
function edit(file: string, from: string, to: string): void {
  const text = readFileSync(join(repository, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(repository, file), text.replace(from, to))
}
const removeBio = () => edit(users, '  bio: String\n', '')
const describeBio = () => edit(users, '  bio: String\n', '  "About."\n  bio: String\n')

type Outcome = { readonly code: number; readonly out: string; readonly err: string }
/** `npm run contracts`, with a folder of its own for temporary files. */
function contracts(...args: readonly string[]): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const env = { ...childEnvironment(), HOME: scratch, TMPDIR: join(scratch) }
  execFile(process.execPath, [main, ...args], { cwd: repository, env }, (error, out, err) =>
    resolve({ code: error ? Number(error.code) : 0, out, err }),
  )
  return promise
}
afterEach(() => expect(readdirSync(scratch)).not.toContainEqual(expect.stringContaining('inkstream-contracts-')))

test('ends with 0 when nothing is breaking', async () => {
  git('switch', '--quiet', '--create', 'feature')
  describeBio()
  const { code, out } = await contracts()
  expect(out).toContain('subgraphs/users/schema.graphql:13  graphql.description-changed')
  expect(out.trimEnd().split('\n').at(-1)).toBe(
    '0 breaking, 0 dangerous, 1 safe. Exit code 0: no known client or consumer is broken.',
  )
  expect(code).toBe(0)
})

test('ends with 1 when a change since the merge base with main is breaking, worst first', async () => {
  git('switch', '--quiet', '--create', 'feature')
  describeBio()
  edit('subgraphs/posts/schema.graphql', 'status: PostStatus!', 'status: PostStatus')
  commit('Let the status be null')
  const { code, out } = await contracts()
  expect(out.indexOf('BREAKING')).toBeLessThan(out.indexOf('SAFE'))
  expect(out).toContain('breaks app: Posts (contracts/operations/app/app.graphql:1)')
  expect(out).toMatch(/^ {4}→ .*docs\/guides\/changing-a-contract\.md/m)
  expect(out).toContain('1 breaking, 0 dangerous, 1 safe. Exit code 1: a change is breaking.')
  expect(code).toBe(1)
})

test('compares with the previous commit when on main', async () => {
  removeBio()
  commit('Remove the bio')
  const { code, out } = await contracts('--format', 'json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    exitCode: 1,
    before: expect.stringContaining('the previous commit'),
    changes: expect.arrayContaining([
      expect.objectContaining({ level: 'breaking', rule: 'graphql.field-removed', file: users, line: 12 }),
    ]),
  })
})

test('compares only what is staged with --staged', async () => {
  git('switch', '--quiet', '--create', 'feature')
  describeBio()
  git('add', '--all')
  removeBio()
  const staged = await contracts('--staged', '--format', 'json')
  const all = await contracts('--format', 'json')
  expect(staged.code).toBe(0)
  expect(rules(staged)).toEqual(['graphql.description-changed'])
  expect(all.code).toBe(1)
  expect(rules(all)).toContain('graphql.field-removed')
})
const rules = ({ out }: Outcome) => (JSON.parse(out) as { changes: { rule: string }[] }).changes.map(({ rule }) => rule)

test('compares untracked files, but not ignored or deleted ones', async () => {
  git('switch', '--quiet', '--create', 'feature')
  writeFileSync(join(repository, '.gitignore'), 'ignored.graphql\n')
  writeFileSync(join(repository, 'contracts/operations/people/ignored.graphql'), 'query Ignored { nothing }')
  writeFileSync(join(repository, 'contracts/operations/app/more.graphql'), 'query More { user(id: 1) { id } }')
  rmSync(join(repository, 'contracts/operations/people/people.graphql'))
  const { out } = await contracts('--format', 'json')
  expect(rules({ out, err: '', code: 0 })).toEqual(['operation.removed', 'operation.removed', 'operation.added'])
})

test('does not change the work tree and the index', async () => {
  git('switch', '--quiet', '--create', 'feature')
  describeBio()
  git('add', '--all')
  removeBio()
  writeFileSync(join(repository, 'untracked.txt'), 'mine')
  const index = readFileSync(join(repository, '.git/index'))
  const seen = () => [git('status', '--porcelain'), git('diff'), git('diff', '--staged'), git('for-each-ref')]
  const before = seen()
  await contracts()
  await contracts('--staged')
  expect(readFileSync(join(repository, '.git/index')).equals(index)).toBe(true)
  expect(seen()).toEqual(before)
  expect(existsSync(join(repository, 'untracked.txt'))).toBe(true)
})

test('annotates lines for a workflow', async () => {
  removeBio()
  const { out } = await contracts('--against', 'HEAD', '--format', 'github')
  expect(out).toContain(
    `::error file=${users},line=12,title=graphql.field-removed at ${users}%3A12::Field 'bio' was removed`,
  )
})

test('writes markdown for a pull request', async () => {
  removeBio()
  const { out } = await contracts('--against', 'HEAD', '--format', 'markdown')
  expect(out).toContain('### 🔴 Breaking (2)')
  expect(out).toContain(`- **\`${users}:12\`** Field 'bio' was removed`)
  expect(out).toContain('  - breaks `people: People (contracts/operations/people/people.graphql:1)`')
})

test.each([
  [
    'a ref that does not exist',
    ['--against', 'nowhere'],
    'There is no commit nowhere here. Fetch it (git fetch origin nowhere)',
  ],
  ['a first commit', [], 'This is the first commit'],
  ['a format that does not exist', ['--format', 'xml'], 'Allowed choices are text, json, markdown, github'],
])('ends with 2 for %s', async (_what, args, words) => {
  const { code, err } = await contracts(...args)
  expect(err).toContain(words)
  expect(code).toBe(2)
})

test('ends with 2 in a shallow clone, and says what to fetch', async () => {
  describeBio()
  commit('Second')
  const origin = repository
  repository = join(scratch, 'clone')
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${origin}`, repository], { stdio: 'ignore' })
  const { code, err } = await contracts()
  expect(err).toContain('git fetch --deepen=1')
  expect(code).toBe(2)
})

const outside = (more = '') => {
  const file = join(scratch, 'schema.graphql')
  writeFileSync(
    file,
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
     type User @key(fields: "id") { id: ID!  badges: [String!]  ${more} }`,
  )
  return file
}

test('judges a new subgraph of another repository, whether it composes or not', async () => {
  const url = 'https://badges.example.com/graphql'
  const fits = await contracts('--against', 'HEAD', '--with', `badges=${outside()},${url}`)
  expect(fits.out).toContain("Field 'badges' was added to object type 'User'")
  expect(fits.out).toContain('0 breaking')
  expect(fits.code).toBe(0)
  const clashes = await contracts('--against', 'HEAD', '--with', `badges=${outside('username: Int')},${url}`)
  expect(clashes.out).toContain('username')
  expect(clashes.code).toBe(1)
  expect(git('status', '--porcelain')).toBe('')
})

test('judges a subgraph of another repository instead of the listed one', async () => {
  const file = join(scratch, 'users.graphql')
  writeFileSync(file, readFileSync(join(repository, users), 'utf8').replace('  username: String! @shareable\n', ''))
  const { code, out } = await contracts('--against', 'HEAD', '--with', `users=${file}`)
  expect(out).toContain('username')
  expect(code).toBe(1)
})

test.each([
  ['nonsense', '--with takes <name>=<file'],
  ['badges=/nowhere.graphql', 'say where it answers'],
  ['badges=/nowhere.graphql,https://badges.example.com', 'cannot be read'],
])('ends with 2 for --with %s', async (given, said) => {
  const { code, err } = await contracts('--against', 'HEAD', '--with', given)
  expect(err).toContain(said)
  expect(code).toBe(2)
})

test('ends with 2 when a subgraph cannot be reached, and still reports the rest', async () => {
  edit(
    'contracts/supergraph.yaml',
    'file: ../subgraphs/comments/schema.graphql',
    'subgraph_url: http://127.0.0.1:9/graphql',
  )
  const { code, out } = await contracts('--against', 'HEAD')
  expect(out).toContain('graphql: The subgraph comments does not tell its schema at http://127.0.0.1:9/graphql')
  expect(out).toContain('1 not judged. Exit code 2: something could not be judged.')
  expect(code).toBe(2)
})

test('says how to use it', async () => {
  const { code, out } = await contracts('--help')
  for (const option of ['--against <ref>', '--staged', '--format <format>', '--release <version>', 'Exit code'])
    expect(out).toContain(option)
  expect(code).toBe(0)
})
