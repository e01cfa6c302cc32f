import { createServer, type Socket } from "node:net";

/** Waits for connections that nobody should make. */
export interface Listener extends Disposable {
  readonly port: number;
  /** How many came. */
  readonly seen: () => number;
}

/** @param answer what is done with those who come; by default nothing, so that they wait */
export async function listen(
  answer: (socket: Socket) => void = () => undefined,
): Promise<Listener> {
  let seen = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    seen++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    answer(socket);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    seen: () => seen,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
