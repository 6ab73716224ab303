import type { DescMessage, FileRegistry } from '@bufbuild/protobuf'
import type { Finding } from '../facts/buf.ts'
import { declared, fileOf } from '../facts/messages.ts'

/** Everything that buf found about one field. A renamed field, for example, has two findings. */
export type FieldFindings = {
  readonly path: string
  /** The message's name as buf prints it: without its package, as in `Post` or `Post.Part`. */
  readonly message: string
  readonly number: number
  readonly types: ReadonlySet<string>
  readonly texts: readonly string[]
}

/** The name of the message that a finding is about, as buf prints it. */
export const messageNamed = ({ message }: Finding): string | undefined => /message "([^"]+)"/.exec(message)?.[1]

const numberNamed = ({ message }: Finding) => Number(/\bfield "(\d+)"/i.exec(message)?.[1] ?? Number.NaN)

/** Groups the findings about the same field. `others` are about no field. */
export function groupByField(findings: readonly Finding[]) {
  const fields = new Map<string, FieldFindings>()
  const others: Finding[] = []
  for (const finding of findings) {
    const { path } = finding
    const message = messageNamed(finding)
    const number = numberNamed(finding)
    if (path === undefined || message === undefined || Number.isNaN(number)) {
      others.push(finding)
      continue
    }
    const key = `${path} ${message} ${number}`
    const known = fields.get(key)
    const types = new Set([...(known?.types ?? []), finding.type])
    const texts = [...(known?.texts ?? []), finding.message]
    fields.set(key, { path, message, number, types, texts })
  }
  return { fields, others }
}

/** A side's message by the name that buf prints. */
export const findMessage = (registry: FileRegistry, path: string, message: string): DescMessage | undefined =>
  declared(registry).find(
    (desc) => fileOf(desc) === path && desc.typeName === [desc.file.proto.package, message].filter(Boolean).join('.'),
  )
