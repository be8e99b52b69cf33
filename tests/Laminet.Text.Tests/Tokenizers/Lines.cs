namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Lines in several scripts, with emoji, accents, numbers, spaces of all kinds and punctuation.</summary>
internal static class Lines
{
    private static readonly string[] Words =
    [
        "the", "quick", "brown", "Fox", "jumps", "over", "lazy", "dogs", "I'm", "they've", "don't", "it's", "WE'LL", "running", "unbelievable", "internationalization", "re", "co-operate",
        "Größe", "naïve", "café", "cafe\u0301", "Łódź", "İstanbul", "ﬁancé", "straße", "Ångström", "e\u0323\u0302", "ẛ̣",
        "быстрая", "лиса", "Москва", "перепрыгивает", "ёлка", "й", "Київ", "їжак",
        "中文", "語言", "模型", "今天天气很好", "日本語", "ひらがな", "カタカナ", "ｶﾀｶﾅ", "𠀀𠀁", "〇一二",
        "한국어", "안녕하세요", "가각힣", "각",
        "مرحبا", "العالم", "اللُّغَة", "שָׁלוֹם", "עברית", "हिन्दी", "नमस्ते", "ภาษาไทย", "தமிழ்",
        "😀", "👍🏽", "👨‍👩‍👧‍👦", "🇫🇷", "❤️", "🏳️‍🌈", "1️⃣", "𝒜𝓁𝓅𝒽𝒶", "𝟙𝟚𝟛", "🄰🅱",
        "1", "42", "3.14", "1,000,000", "2024-05-06", "٣٤", "Ⅻ", "½", "①②", "x²", "H₂O",
        "!", "?", "...", "…", "—", "“quoted”", "(a)", "$5", "€", "£", "+=", "<br>", "^_^", "~", "`code`", "a_b", "C#", "@user", "#tag", "http://a.b/c?d=e&f", "«»", "、", "。", "¿", "|",
        "[MASK]", "[SEP]", "<|endoftext|>", "##ing", "▁", "Ġ", "\u200d", "\u00ad", "\ufeff", "\u200b", "\ufffd", "\u0001", "\u0085",
    ];

    private static readonly string[] Spaces = [" ", " ", " ", " ", " ", " ", "", "  ", "\t", "   ", "\u00a0", "\u3000", "\n", "\r\n", " \n ", "\u2009", "\u2028"];

    /// <summary>How many lines a comparison with an oracle takes; LAMINET_LINES sets it.</summary>
    public static int Count { get; } = int.Parse(Environment.GetEnvironmentVariable("LAMINET_LINES") ?? "400", System.Globalization.CultureInfo.InvariantCulture);

    public static IEnumerable<string> Generate(int count, int seed)
    {
        Random random = new(seed);
        for (int line = 0; line < count; line++)
        {
            string text = "";
            for (int word = random.Next(1, 14); word > 0; word--)
                text += Words[random.Next(Words.Length)] + Spaces[random.Next(Spaces.Length)];
            yield return text;
        }
    }
}
