import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from '@bufbuild/protobuf'
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import type { Side } from '../change.ts'
import { type Finding, runBuf } from './buf.ts'
import { oncePerSide } from './once-per-side.ts'

/** Where the messages of events are, from a side's root. */
export const EVENTS = 'contracts/events'

/** The messages of a side's .proto files. Generated code may be older. */
export type Messages =
  | { readonly status: 'compiled'; readonly descriptors: Uint8Array; readonly registry: FileRegistry }
  | { readonly status: 'broken'; readonly findings: readonly Finding[] }

/** Compiles a side's .proto files. @throws CannotJudge when there are none */
export const messagesOf = oncePerSide(async (side: Side): Promise<Messages> => {
  const build = ['build', '.', '--as-file-descriptor-set', '-o', '-', '--error-format', 'json']
  const { stdout, findings } = await runBuf(side, build)
  if (findings.length > 0) return { status: 'broken', findings }
  const descriptors = new Uint8Array(stdout)
  return { status: 'compiled', descriptors, registry: registryOf(descriptors) }
})

export const registryOf = (descriptors: Uint8Array): FileRegistry =>
  createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors) satisfies FileDescriptorSet)

/** The messages that the .proto files declare themselves, including nested ones. */
export const declared = (registry: FileRegistry): readonly DescMessage[] =>
  [...registry.files].filter(({ name }) => !name.startsWith('google/')).flatMap(({ messages }) => nested(messages))

const nested = (messages: readonly DescMessage[]): readonly DescMessage[] =>
  messages.flatMap((message) => [message, ...nested(message.nestedMessages)])

/** The .proto file of a message, from a side's root. */
export const fileOf = (message: DescMessage): string => `${EVENTS}/${message.file.name}.proto`
