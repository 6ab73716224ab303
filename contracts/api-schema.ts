import { printSchema, Supergraph } from '@apollo/federation-internals'

/** The schema that clients see, as SDL, without federation directives. @throws when it is not a supergraph */
export const apiSchema = (supergraphSdl: string): string => printSchema(Supergraph.build(supergraphSdl).apiSchema())
