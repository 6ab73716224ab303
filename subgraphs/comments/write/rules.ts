import { text } from '#cqrs/command/input.ts'

export const body = text(1, 10_000)
