import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type DocumentNode, getOperationAST, print, separateOperations } from 'graphql'
import { clientsIn } from '#contracts/operations/clients.ts'
import { registeredDocument } from '#contracts/operations/registered.ts'
import type { Side } from '../change.ts'

export const operationsFolder = 'contracts/operations'

/** A registered operation, as one side has it. */
export type Operation = {
  /** Whose it is: the folder that it is in. Another client may have one of the same name. */
  readonly client: string
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  readonly line: number
  /** With its fragments. */
  readonly document: DocumentNode
  /** What a client sends. Operations with the same body are the same. */
  readonly body: string
}

/** As a report names it: `playground: Posts (contracts/operations/playground/first-document.graphql:2)`. */
export const label = ({ client, file, line, name }: Operation): string => `${client}: ${name} (${file}:${line})`

/** @throws GraphQLError when the files of a side cannot be read as operations */
export function operationsOf(side: Side): readonly Operation[] {
  const folder = join(side.dir, operationsFolder)
  return existsSync(folder) ? clientsIn(folder).flatMap((client) => operationsOfClient(side, client)) : []
}

function operationsOfClient(side: Side, client: string): readonly Operation[] {
  const document = registeredDocument(join(side.dir, operationsFolder, client))
  return Object.entries(separateOperations(document)).map(([name, separated]) => {
    const node = getOperationAST(separated, name)
    return {
      client,
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

/** Whether the same client has an operation with the same body among these. */
export const isSent = ({ client, body }: Operation, among: readonly Operation[]): boolean =>
  among.some((other) => other.client === client && other.body === body)

/** Every operation that some client may send: those of both sides, each once, as the later side has it. */
export const ofBothSides = (before: readonly Operation[], after: readonly Operation[]): readonly Operation[] => [
  ...after,
  ...before.filter((operation) => !isSent(operation, after)),
]
