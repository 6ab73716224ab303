import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { databases } from './databases.ts'

/**
 * Makes all generated code, offline: Prisma clients, Protobuf messages, types of GraphQL resolvers, documents of the
 * registered operations, the playground.
 * `--check` makes the committed part (contracts/events/gen) anew in a temporary folder and fails when it differs.
 */
const run = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules', '.bin', name)

// Prisma insists on a path to its migration engine, and generating clients runs nothing there.
const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' }

const prisma = () =>
  Promise.all(
    databases.map(({ service, side }) =>
      run(bin('prisma'), ['generate', '--schema', `prisma/${service}/${side}/schema.prisma`], { cwd: root, env }),
    ),
  )

const playground = () =>
  run(bin('vite'), ['build', '--logLevel', 'error'], { cwd: join(root, 'gateway', 'playground'), env })

const events = (output: string) => run(bin('buf'), ['generate', '--output', output], { cwd: root })

async function checkEvents(): Promise<void> {
  const fresh = mkdtempSync(join(tmpdir(), 'inkstream-generate-'))
  try {
    await events(fresh)
    const gen = 'contracts/events/gen'
    const names = new Set([...readdirSync(join(root, gen)), ...readdirSync(join(fresh, gen))])
    const read = (dir: string, name: string) => {
      try {
        return readFileSync(join(dir, gen, name), 'utf8')
      } catch {
        return undefined
      }
    }
    const stale = [...names].filter((name) => read(root, name) !== read(fresh, name))
    if (stale.length === 0) return
    console.error(
      `Out of date: ${stale.map((name) => join(gen, name)).join(', ')}. Run \`npm run generate\` and commit.`,
    )
    process.exitCode = 1
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

try {
  if (process.argv.includes('--check')) await checkEvents()
  else {
    const graphqlTypes = run(bin('graphql-codegen'), ['--config', 'codegen.ts'], { cwd: root })
    await Promise.all([prisma(), events('.'), graphqlTypes, playground()])
    console.log('Generated Prisma clients, event messages, resolver types, typed operations and the playground.')
  }
} catch (error) {
  const { stderr, stdout, message } = error as Error & { stderr?: string; stdout?: string }
  console.error(stderr || stdout || message)
  process.exitCode = 1
}
