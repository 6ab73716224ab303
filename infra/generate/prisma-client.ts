import { createRequire } from 'node:module'
import type * as Generator from '@prisma/client-generator-ts'
import type * as Internals from '@prisma/internals'

// These packages are what `prisma generate` consists of, without the rest of the command: its studio, its local servers
// and a database in WebAssembly, which take 150 MB. Their ES modules do not resolve under Node.
const require = createRequire(import.meta.url)
const { getGenerators, loadSchemaContext } = require('@prisma/internals') as typeof Internals
const { PrismaClientTsGenerator } = require('@prisma/client-generator-ts') as typeof Generator

/** Writes the Prisma client of a schema to the folder that its generator names. @throws when the schema is invalid */
export async function generatePrismaClient(schemaFile: string): Promise<void> {
  const schemaContext = await loadSchemaContext({
    schemaPath: { cliProvidedPath: schemaFile },
    printLoadMessage: false,
  })
  const generators = await getGenerators({
    schemaContext,
    registry: { 'prisma-client': { type: 'in-process', generator: new PrismaClientTsGenerator() } },
    skipDownload: true,
    cliCommand: 'generate',
  })
  for (const generator of generators) {
    await generator.generate()
    generator.stop()
  }
}
