// Writes FarmHash's Fingerprint64 of texts of 0 to 200 letters, by Google's own program, which the npm package farmhash 3.3.1 carries:
// npm pack farmhash@3.3.1 && tar xzf farmhash-3.3.1.tgz && g++ -O1 make_fingerprints.cc package/src/upstream/farmhash.cc && ./a.out > fingerprints.json
#include "package/src/upstream/farmhash.h"
#include <cstdio>
#include <string>

int main()
{
    printf("{\"fingerprints\":[");
    for (int length = 0; length <= 200; length++)
    {
        std::string text;
        for (int i = 0; i < length; i++)
            text += (char)(33 + (i * i * 7 + i * 3 + length) % 90);
        printf("%s\"%llu\"", length == 0 ? "" : ",\n", (unsigned long long)util::Fingerprint64(text));
    }
    printf("]}\n");
}
