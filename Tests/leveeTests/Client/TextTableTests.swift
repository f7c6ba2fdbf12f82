// Tables: columns that scripts can count, and free text at their end.

import Testing

@testable import levee

struct TextTableTests {
    @Test func `blanks are kept in the last column only`() {
        let table = TextTable([
            ["JOB", "TYPE", "DETAIL"], ["00k", "my type", "the job took too long"], ["00l", "", "line\nend"],
        ])
        #expect(
            table.text == """
                JOB  TYPE     DETAIL
                00k  my_type  the job took too long
                00l  -        line\\nend

                """
        )
    }

    @Test func `numbers stand to the right`() {
        #expect(TextTable([["A", "N"], ["b", "7"], ["c", "12"]]).text == "A   N\nb   7\nc  12\n")
    }
}
