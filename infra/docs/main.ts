import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { page } from './page.ts'

/** `npm run docs`: writes docs/configuration.md. With `--check` it fails when that is not what it would write. */
const path = 'docs/configuration.md'
const file = join(resolve(import.meta.dirname, '..', '..'), path)
const text = page()
if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  console.error(`Out of date: ${path}. Run \`npm run docs\` and commit.`)
  process.exitCode = 1
}
