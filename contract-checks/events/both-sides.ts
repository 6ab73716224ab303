import type { FileRegistry } from '@bufbuild/protobuf'
import type { Facts } from '../facts/facts.ts'

/** The messages of both sides, and who consumed them before. */
export type BothSides = { readonly before: FileRegistry; readonly after: FileRegistry; readonly facts: Facts }
