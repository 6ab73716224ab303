import { text } from 'node:stream/consumers'
import type { FileRegistry } from '@bufbuild/protobuf'
import { registryOf } from './messages.ts'
import type { SideInput } from './run-in-side.ts'

/** Reads the input of a program that `runInSide` runs. `registry` is undefined when the .proto files do not compile. */
export async function sideFromStdin(): Promise<{ dir: string; registry: FileRegistry | undefined }> {
  const { dir, descriptors } = JSON.parse(await text(process.stdin)) as SideInput
  return { dir, registry: descriptors ? registryOf(Buffer.from(descriptors, 'base64')) : undefined }
}
