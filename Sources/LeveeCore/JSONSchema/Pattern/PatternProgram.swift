// The automaton of a regular expression, as a list of instructions.

/// What a pattern is compiled to.
struct PatternProgram: Sendable {
    private(set) var instructions: [Instruction] = []
    /// The sets that the instructions name by number.
    private var sets: [ScalarSet] = []
    private var asciiSets: [ASCIISet] = []

    /// The most instructions of a program.
    static let maxInstructions = 1_000

    /// A step of the automaton; those that name no other go on with the next one.
    enum Instruction: Sendable {
        /// Takes a character of the set of this number.
        case take(Int)
        case check(PatternNode.Assertion)
        /// Goes on with the next instruction and with this one.
        case fork(Int)
        case jump(Int)
        case accept
    }

    /// Whether a match can begin at the start of a text only.
    var isAnchored: Bool {
        if case .check(.start) = instructions[0] { true } else { false }
    }

    /// Whether the set of a number has a character.
    func set(_ number: Int, contains scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? asciiSets[number].contains(scalar) : sets[number].contains(scalar)
    }

    /// Compiles a tree.
    ///
    /// - Throws: ``PatternError`` if the program becomes too large.
    init(_ node: PatternNode) throws(PatternError) {
        try emit(node)
        try append(.accept)
    }

    private mutating func append(_ instruction: Instruction) throws(PatternError) {
        guard instructions.count < Self.maxInstructions else {
            throw PatternError(
                message: "is too large: counted repetitions written out, \(Self.maxInstructions) parts are allowed; "
                    + "use minLength and maxLength"
            )
        }
        instructions.append(instruction)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .set(let set):
            try append(.take(sets.count))
            sets.append(set)
            asciiSets.append(ASCIISet(set))
        case .assertion(let assertion): try append(.check(assertion))
        case .sequence(let nodes): for node in nodes { try emit(node) }
        case .choice(let branches): try emit(choice: branches)
        case .repetition(let node, let least, let most):
            for _ in 0..<least {
                let size = instructions.count
                try emit(node)
                // What takes no instructions can be repeated as often as one likes.
                if instructions.count == size { break }
            }
            if let most { try emit(node, upTo: most - least) } else { try emit(loop: node) }
        }
    }

    private mutating func emit(choice branches: [PatternNode]) throws(PatternError) {
        var jumps: [Int] = []
        for branch in branches.dropLast() {
            let fork = instructions.count
            try append(.fork(fork))
            try emit(branch)
            jumps.append(instructions.count)
            try append(.jump(fork))
            instructions[fork] = .fork(instructions.count)
        }
        if let last = branches.last { try emit(last) }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func emit(_ node: PatternNode, upTo count: Int) throws(PatternError) {
        var forks: [Int] = []
        for _ in 0..<count {
            forks.append(instructions.count)
            try append(.fork(instructions.count))
            try emit(node)
        }
        for fork in forks { instructions[fork] = .fork(instructions.count) }
    }

    private mutating func emit(loop node: PatternNode) throws(PatternError) {
        let fork = instructions.count
        try append(.fork(fork))
        try emit(node)
        try append(.jump(fork))
        instructions[fork] = .fork(instructions.count)
    }
}

/// The part of a set that lies in ASCII, where most texts lie: one bit for each character, from the lowest on.
private struct ASCIISet: Sendable {
    private var bits: (UInt64, UInt64) = (0, 0)

    init(_ set: ScalarSet) {
        for code in UInt8(0)..<64 {
            if set.contains(Unicode.Scalar(code)) { bits.0 |= 1 << UInt64(code) }
            if set.contains(Unicode.Scalar(code + 64)) { bits.1 |= 1 << UInt64(code) }
        }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 64 ? bits.0 : bits.1) >> UInt64(scalar.value & 63) & 1 == 1
    }
}
