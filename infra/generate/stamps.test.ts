import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openStamps, type Step } from './stamps.ts'

const dir = mkdtempSync(join(tmpdir(), 'inkstream-stamps-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const step: Step = { name: 'a step', inputs: ['*.proto', 'one.txt'], outputs: ['made.ts'] }
const open = () => openStamps(dir, join(dir, 'cache', 'stamps.json'))
const write = (name: string, text: string) => writeFileSync(join(dir, name), text)
const isCurrent = () => open().isCurrent(step)
const run = () => {
  const stamps = open()
  stamps.note(step, stamps.stampOf(step))
}

test('a step runs only when its inputs have changed or an output is missing', () => {
  write('one.txt', '1')
  write('a.proto', 'a')
  write('made.ts', '')
  expect(isCurrent()).toBe(false)
  run()
  expect(isCurrent()).toBe(true)
  expect(open().isCurrent({ ...step, name: 'another step' })).toBe(false)

  for (const change of [
    () => write('one.txt', '2'),
    () => write('b.proto', 'a new file'),
    () => rmSync(join(dir, 'a.proto')),
    () => rmSync(join(dir, 'made.ts')),
    () => write(join('cache', 'stamps.json'), 'no JSON'),
  ]) {
    change()
    expect(isCurrent()).toBe(false)
    write('made.ts', '')
    run()
    expect(isCurrent()).toBe(true)
  }
})
