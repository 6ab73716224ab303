import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSecrets } from './secrets.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'inkstream-secret-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a root secret is created once, completely, and for its owner only', () => {
  const secretFor = openSecrets(dir, undefined)
  expect(openSecrets(dir, undefined)('a purpose')).toBe(secretFor('a purpose'))
  expect(secretFor('another')).not.toBe(secretFor('a purpose'))
  expect(readdirSync(dir)).toEqual(['secret'])
  expect(statSync(join(dir, 'secret')).mode & 0o777).toBe(0o600)
})

test.each([
  ['', 'is empty'],
  ['\n', 'is empty'],
  ['0123456789abcdef', 'is cut short'],
])('a root secret that is %j is refused', (text, message) => {
  writeFileSync(join(dir, 'secret'), text)
  expect(() => openSecrets(dir, undefined)).toThrow(message)
})

test('a configured root secret is used if it is long enough', () => {
  expect(() => openSecrets(dir, 'ink that dries')).toThrow('INKSTREAM_SECRET has 14 characters, and 32 are the fewest')
  openSecrets(dir, 'ink that dries '.repeat(3))
  expect(readdirSync(dir)).toEqual([])
})
