import { join, relative, resolve } from 'node:path'
import { type DocumentNode, getOperationAST, print, separateOperations } from 'graphql'
import { registeredDocument } from '#contracts/operations/registered.ts'
import type { Side } from '../change.ts'

export const operationsFolder = 'contracts/operations'

/** A registered operation, as one side has it. */
export type Operation = {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  readonly line: number
  /** With its fragments. */
  readonly document: DocumentNode
  /** What a client sends. Operations with the same body are the same. */
  readonly body: string
}

/** As a report names it: `contracts/operations/readme.graphql:3 (Posts)`. */
export const label = ({ file, line, name }: Operation): string => `${file}:${line} (${name})`

/** @throws GraphQLError when the files of a side cannot be read as operations */
export function operationsOf(side: Side): readonly Operation[] {
  const document = registeredDocument(join(side.dir, operationsFolder))
  return Object.entries(separateOperations(document)).map(([name, separated]) => {
    const node = getOperationAST(separated, name)
    return {
      name,
      file: fileOfSource(side, node?.loc?.source.name ?? operationsFolder),
      line: node?.loc?.startToken.line ?? 1,
      document: separated,
      body: print(separated),
    }
  })
}

/** GraphQL sources are named by their path from the folder in which `npm run contracts` was called. */
export const fileOfSource = (side: Side, name: string): string => relative(side.dir, resolve(name))

/** Every operation that some client may send: those of both sides, each once, as the later side has it. */
export const ofBothSides = (before: readonly Operation[], after: readonly Operation[]): readonly Operation[] => [
  ...after,
  ...before.filter(({ body }) => !after.some((later) => later.body === body)),
]
