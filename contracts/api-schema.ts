import { printSchema, Supergraph } from '@apollo/federation-internals'

/** The schema that clients see, as SDL: a supergraph without what is between the gateway and its subgraphs. @throws when it is no supergraph */
export const apiSchema = (supergraphSdl: string): string => printSchema(Supergraph.build(supergraphSdl).apiSchema())
