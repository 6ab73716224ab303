import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeDataFolder } from './data-folder.ts'

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'inkstream-folders-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const take = (dir: string, owner = () => undefined as number | undefined) => takeDataFolder(dir, owner)

test('is closed to other users, even if it was open', async () => {
  const dir = join(parent, 'open')
  mkdirSync(dir, { mode: 0o755 })
  await take(dir)
  expect(statSync(dir).mode & 0o777).toBe(0o700)
})

test('is locked once, whatever the length and characters of its path', async () => {
  const dir = join(parent, 'ü, 日: %#?'.padEnd(150, 'x'), 'y'.repeat(100))
  await take(dir)
  await expect(take(dir, () => 7)).rejects.toThrow(`Inkstream runs already on ${dir}, as process 7. End it first`)
  await expect(take(dir)).rejects.toThrow(`Inkstream runs already on ${dir}. End it first`)
})

test.each([
  [
    'has control characters',
    'a\nb',
    /^The path of the data folder, ".*a\\nb", has control characters\. Choose another/,
  ],
  ['is too long', 'é'.repeat(100).concat('/').repeat(3), /^The path of the data folder has \d+ bytes, and 400 are/],
])('a path that %s is refused before anything is created', async (_what, name, message) => {
  await expect(take(join(parent, name))).rejects.toThrow(message)
  expect(readdirSync(parent)).toEqual([])
})

test('a folder that another process uses without the lock is refused', async () => {
  await expect(take(join(parent, 'lost'), () => 7)).rejects.toThrow('runs already')
})
