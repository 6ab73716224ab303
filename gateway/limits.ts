import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql'
import type { GatewayConfig } from './config.ts'

/** An operation beyond a limit is not valid, and the client is told the limit. */
const reported = {
  // Thrown, it would be a fault of ours.
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, { message }: GraphQLError) =>
      context?.reportError(new GraphQLError(message.replace(/^Syntax Error: /, ''))),
  ],
}

/** Bounds on what one operation may ask, before it is planned. Tokens are bounded where it is parsed. */
export const limits = (config: GatewayConfig): ValidationRule[] => [
  maxDepthRule({ n: config.MAX_DEPTH, flattenFragments: true, ...reported }),
  maxAliasesRule({ n: config.MAX_ALIASES, ...reported }),
  maxDirectivesRule({ n: config.MAX_DIRECTIVES, ...reported }),
]
