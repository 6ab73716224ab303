import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..', '..')
const project = mkdtempSync(join(tmpdir(), 'inkstream-imports-'))
afterAll(() => rmSync(project, { recursive: true, force: true }))

/** Forbidden imports: rule, importing file, imported file. */
const refused = [
  ['not-in-allowed', 'toolkit/a.ts', 'cqrs/b.ts'],
  ['not-in-allowed', 'toolkit/a.ts', 'contracts/b.ts'],
  ['not-in-allowed', 'client/a.ts', 'contracts/b.ts'],
  ['not-in-allowed', 'gateway/a.ts', 'client/b.ts'],
  ['not-in-allowed', 'cqrs/a.ts', 'contracts/b.ts'],
  ['not-in-allowed', 'cqrs/a.ts', 'subgraphs/posts/b.ts'],
  ['not-in-allowed', 'contracts/a.ts', 'cqrs/b.ts'],
  ['not-in-allowed', 'gateway/a.ts', 'cqrs/b.ts'],
  ['not-in-allowed', 'gateway/a.ts', 'infra/b.ts'],
  ['not-in-allowed', 'gateway/a.ts', 'subgraphs/posts/b.ts'],
  ['not-in-allowed', 'gateway/a.ts', 'prisma/posts/read/generated/b.ts'],
  ['not-in-allowed', 'infra/a.ts', 'subgraphs/posts/wiring.ts'],
  ['not-in-allowed', 'infra/a.ts', 'ops/b.ts'],
  ['not-in-allowed', 'infra/a.ts', 'contract-checks/b.ts'],
  ['not-in-allowed', 'contract-checks/a.ts', 'infra/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/a.ts', 'ops/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/a.ts', 'gateway/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/a.ts', 'infra/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/a.ts', 'subgraphs/services.ts'],
  ['not-in-allowed', 'subgraphs/posts/shared/a.ts', 'subgraphs/posts/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/write/a.ts', 'subgraphs/posts/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/write/a.ts', 'subgraphs/posts/read/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/read/a.ts', 'subgraphs/posts/write/b.ts'],
  ['not-in-allowed', 'subgraphs/posts/write/a.ts', 'prisma/posts/read/generated/b.ts'],
  ['posts-imports-no-sibling', 'subgraphs/posts/a.ts', 'subgraphs/users/b.ts'],
  ['users-imports-no-sibling', 'subgraphs/users/a.test.ts', 'prisma/posts/read/generated/b.ts'],
  ['tests-of-one-side', 'subgraphs/posts/write/a.test.ts', 'subgraphs/posts/read/b.ts'],
  ['production-imports-no-tests', 'subgraphs/posts/a.ts', 'tests/b.ts'],
  ['production-imports-no-tests', 'subgraphs/posts/a.ts', 'cqrs/testing/b.ts'],
  ['production-imports-no-tests', 'gateway/a.ts', 'gateway/b.fixture.ts'],
  ['nothing-imports-an-entry-point', 'ops/a.ts', 'gateway/main.ts'],
] as const

const allowed = [
  ['cqrs/a.ts', 'toolkit/b.ts'],
  ['gateway/a.ts', 'toolkit/b.ts'],
  ['infra/sample/a.ts', 'client/b.ts'],
  ['subgraphs/posts/a.ts', 'cqrs/b.ts'],
  ['subgraphs/posts/write/a.ts', 'toolkit/b.ts'],
  ['subgraphs/posts/write/a.ts', 'subgraphs/posts/shared/b.ts'],
  ['subgraphs/posts/write/a.ts', 'prisma/posts/write/generated/b.ts'],
  ['infra/a.ts', 'subgraphs/services.ts'],
  ['gateway/a.test.ts', 'tests/support/b.ts'],
] as const

/** What dependency-cruiser reports, with this project's rules, for a generated project with these imports. */
let report: string
beforeAll(() => {
  const write = (path: string, text: string) => {
    mkdirSync(join(project, dirname(path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  for (const service of ['users', 'posts', 'comments'])
    write(`subgraphs/${service}/service.ts`, 'export const it = 1\n')
  const imports = [...refused.map(([, from, to]) => [from, to] as const), ...allowed]
  for (const [, to] of imports) write(to, 'export const it = 1\n')
  for (const from of new Set(imports.map(([from]) => from)))
    write(
      from,
      imports
        .filter(([one]) => one === from)
        .map(
          ([, to], n) =>
            `import { it as it${n} } from '${'../'.repeat(from.split('/').length - 1)}${to}'\nconsole.log(it${n})\n`,
        )
        .join(''),
    )
  for (const file of ['gateway/limits/a.ts', 'gateway/limits/a.plugin.ts'])
    write(file, "import { HeaderMap } from '@apollo/server'\nconsole.log(HeaderMap)\n")
  for (const shared of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json', 'node_modules'])
    symlinkSync(join(root, shared), join(project, shared))
  const folders = [...new Set(imports.flat().map((path) => path.split('/')[0] ?? ''))]
  const arguments_ = ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...folders]
  try {
    report = execFileSync(join(root, 'node_modules', '.bin', 'depcruise'), arguments_, {
      cwd: project,
      encoding: 'utf8',
    })
  } catch (error) {
    report = (error as { stdout: string }).stdout
  }
})

test.each(refused)('%s: %s may not import %s', (rule, from, to) => {
  expect(report).toContain(`error ${rule}: ${from} → ${to}\n`)
})

test.each(allowed)('%s may import %s', (from, to) => {
  expect(report).not.toContain(`${from} → ${to}\n`)
})

test('apollo-in-plugins-only: a behaviour of the gateway may not import Apollo, its plugin may', () => {
  expect(report).toContain('error apollo-in-plugins-only: gateway/limits/a.ts → ')
  expect(report).not.toContain('gateway/limits/a.plugin.ts → ')
})

test('all generated files were checked', () => {
  const files = new Set([...refused.map(([, from]) => from), ...allowed.map(([from]) => from)])
  const [, modules] = /(\d+) modules/.exec(report) ?? []
  expect(Number(modules)).toBeGreaterThan(files.size)
})
