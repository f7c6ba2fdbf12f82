// Where the process begins: runs the command and turns what it throws into an exit status.

import ArgumentParser
import Foundation
import LeveeCore
import LeveeHandlers

@main
enum Main {
    static func main() async {
        ProcessGuard.runIfRequested()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            #if DEBUG
                try CrashOrder.obey(ProcessInfo.processInfo.environment)
            #endif
            var command = try LeveeCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let ending = Ending(error, arguments: arguments)
            let output = ending.status == 0 ? FileHandle.standardOutput : FileHandle.standardError
            if !ending.text.isEmpty { try? output.write(contentsOf: Data((ending.text + "\n").utf8)) }
            exit(ending.status)
        }
    }
}
