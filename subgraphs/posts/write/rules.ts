import { text } from '#cqrs/command/input.ts'

export const title = text(1, 200)

export const body = text(1, 100_000)
