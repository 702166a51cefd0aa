import { failure, type Status, type StatusDetails } from './status.js';

/** A request that the API refuses. The message is that of the Status. */
export class ApiError extends Error {
  readonly status: Status;

  constructor(status: Status) {
    super(status.message);
    this.name = 'ApiError';
    this.status = status;
  }

  get code(): number {
    return this.status.code ?? 500;
  }
}

export function apiError(code: number, message: string, details?: StatusDetails, reason?: string): ApiError {
  return new ApiError(
    failure(code, message, {
      ...(details === undefined ? {} : { details }),
      ...(reason === undefined ? {} : { reason }),
    }),
  );
}

export function badRequest(message: string): ApiError {
  return apiError(400, message);
}
