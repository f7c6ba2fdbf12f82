// What an asynchronous call came to, as a value.

extension Result {
    /// Makes an asynchronous call.
    package init(_ body: () async throws(Failure) -> Success) async {
        do throws(Failure) {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
