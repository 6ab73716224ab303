import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..', '..')
const scratch = mkdtempSync(join(tmpdir(), 'inkstream-imports-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Runs the project's own rules over a project of two files, one of which imports the other. */
async function violations(from: string, to: string): Promise<string> {
  const project = mkdtempSync(join(scratch, 'project-'))
  for (const file of [from, to]) mkdirSync(join(project, dirname(file)), { recursive: true })
  const up = '../'.repeat(from.split('/').length - 1)
  writeFileSync(join(project, to), 'export const it = 1\n')
  writeFileSync(join(project, from), `import { it } from '${up}${to}'\nconsole.log(it)\n`)
  for (const shared of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json', 'node_modules'])
    symlinkSync(join(root, shared), join(project, shared))
  const cruise = promisify(execFile)(
    join(root, 'node_modules', '.bin', 'depcruise'),
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', from.split('/')[0] ?? ''],
    { cwd: project },
  )
  return cruise.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
}

test.each([
  ['cqrs-knows-no-domain', 'cqrs/a.ts', 'contracts/b.ts'],
  ['cqrs-knows-no-domain', 'cqrs/a.ts', 'subgraphs/posts/b.ts'],
  ['contracts-import-nothing', 'contracts/a.ts', 'cqrs/b.ts'],
  ['posts-imports-no-sibling', 'subgraphs/posts/a.ts', 'subgraphs/users/b.ts'],
  ['users-imports-no-sibling', 'subgraphs/users/a.ts', 'prisma/posts/b.ts'],
  ['write-does-not-import-read', 'subgraphs/posts/write/a.ts', 'subgraphs/posts/read/b.ts'],
  ['read-does-not-import-write', 'subgraphs/posts/read/a.ts', 'subgraphs/posts/write/b.ts'],
  ['gateway-imports-no-subgraph', 'gateway/a.ts', 'subgraphs/posts/b.ts'],
  ['nothing-imports-contract-checks', 'infra/a.ts', 'contract-checks/b.ts'],
  ['nothing-imports-an-entry-point', 'ops/a.ts', 'gateway/main.ts'],
])('%s: %s may not import %s', async (rule, from, to) => {
  expect(await violations(from, to)).toContain(`error ${rule}: ${from} → ${to}`)
})

test('an import that is allowed passes, and was seen', async () => {
  expect(await violations('subgraphs/posts/a.ts', 'cqrs/b.ts')).toMatch(
    /no dependency violations found \([1-9]\d* modules/,
  )
})
