import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProtoPath } from 'grpc-health-check';
import protobuf from 'protobufjs';
import { schema } from '../wire/schema.js';
import { describeFiles } from './file-descriptors.js';

/** Tells clients such as grpcurl what the given services look like. */
export function createReflection(services: readonly string[]): ReflectionService {
  const health = protobuf.loadSync(healthProtoPath);
  health.resolveAll();
  const fileDescriptorProtos = [...describeFiles(schema, 'proto2'), ...describeFiles(health, 'proto3')];
  // Reflection looks at nothing but the descriptors of the definition's values.
  const definition: PackageDefinition = { all: { fileDescriptorProtos } as unknown as ServiceDefinition };
  return new ReflectionService(definition, { services: [...services, 'grpc.health.v1.Health'] });
}
