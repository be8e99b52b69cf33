using System.Globalization;
using Laminet.Configuration;

namespace Laminet.Generation;

/// <summary>
/// How tokens are chosen, and when a sequence ends. Without further settings each token is the likeliest one (greedy). With <see cref="Temperature"/>, <see cref="TopK"/>, <see cref="TopP"/> or <see cref="MinP"/>
/// it is drawn at random; they apply in this order, after <see cref="RepetitionPenalty"/>, as in Hugging Face's transformers. With <see cref="NumBeams"/> above 1 it is beam search.
/// </summary>
/// <example><code>
/// int[][] texts = decoder.Generate(prompts, new GenerationSettings { MaxNewTokens = 50, TopP = 0.9, StopTokens = [2], Seed = 1 });
/// </code></example>
public sealed record GenerationSettings
{
    /// <summary>The most tokens that are written; by default what the decoder's longest sequence leaves, or 100 if it has no limit.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Logits are divided by it before a token is drawn: below 1 likely tokens become likelier. 0 is greedy. 1 by default, if tokens are drawn.</summary>
    public double? Temperature { get; init; }

    /// <summary>Only the k likeliest tokens, and those as likely as the last of them, are drawn from. (Fan, Lewis and Dauphin, "Hierarchical neural story generation", 2018.)</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Only the likeliest tokens that together reach this probability are drawn from: the token that crosses it stays, and so do those as likely as it.
    /// (Holtzman et al., "The curious case of neural text degeneration", 2020.)
    /// </summary>
    public double? TopP { get; init; }

    /// <summary>Only tokens of at least this share of the likeliest token's probability are drawn from. (Nguyen et al., "Turning up the heat: min-p sampling", 2025.)</summary>
    public double? MinP { get; init; }

    /// <summary>Positive logits of tokens that the sequence has, in the prompt or after it, are divided by this number, negative ones multiplied. 1 changes nothing. (Keskar et al., "CTRL", 2019.)</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>How many hypotheses beam search keeps; 1 for no beam search.</summary>
    public int NumBeams { get; init; } = 1;

    /// <summary>In beam search a hypothesis has the score ln p / tokens^penalty, the stop token counted: above 0 longer ones are preferred.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>Whether beam search ends as soon as there are as many ended hypotheses as beams; if not, it ends when none that goes on can have a better score at its present length.</summary>
    public bool EarlyStopping { get; init; }

    /// <summary>Tokens that end a sequence. They do not belong to the result.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>Sequences of tokens that end a sequence where they are written. They do not belong to the result. Not for beam search.</summary>
    public IReadOnlyList<IReadOnlyList<int>> StopSequences { get; init; } = [];

    /// <summary>
    /// The seed of the random choices: the same seed gives the same tokens, for any number of threads, for a prompt alone and in a batch (up to the rounding of the logits); among equal prompts of a
    /// batch each gives others. Null for a new one in each call.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>Whether tokens are drawn at random.</summary>
    public bool IsRandom => Temperature != 0 && (Temperature ?? TopK ?? TopP ?? MinP) is not null;

    /// <summary>What a program is compiled for: all but the seed.</summary>
    internal string Key => string.Create(
        CultureInfo.InvariantCulture,
        $"{MaxNewTokens}|{Temperature}|{TopK}|{TopP}|{MinP}|{RepetitionPenalty}|{NumBeams}|{LengthPenalty}|{EarlyStopping}|{string.Join(',', StopTokens)}|{string.Join(';', StopSequences.Select(sequence => string.Join(',', sequence)))}");

    /// <exception cref="ArgumentException">A setting is wrong, or two do not go together.</exception>
    internal void Check(int vocabulary)
    {
        Setting.Require(MaxNewTokens, MaxNewTokens is null or >= 1, "1 or more");
        Setting.Require(Temperature, Temperature is null or >= 0 and < double.PositiveInfinity, "0 (greedy) or more");
        Setting.Require(TopK, TopK is null or >= 1, "1 or more");
        Setting.Require(TopP, TopP is null or > 0 and <= 1, "a probability above 0, at most 1");
        Setting.Require(MinP, MinP is null or >= 0 and <= 1, "a share from 0 to 1");
        Setting.Require(RepetitionPenalty, RepetitionPenalty is > 0 and < double.PositiveInfinity, "a number above 0; 1 changes nothing");
        Setting.Require(NumBeams, NumBeams >= 1, "1 or more");
        Setting.Require(LengthPenalty, double.IsFinite(LengthPenalty), "a number");
        foreach (int token in StopTokens.Concat(StopSequences.SelectMany(sequence => sequence)))
            Setting.Require(token, token >= 0 && token < vocabulary, $"a token to stop at, 0 to {vocabulary - 1}");
        if (StopSequences.Any(sequence => sequence.Count == 0))
            throw new ArgumentException("Received an empty stop sequence, which would end every sequence at once. Leave it out.");
        if (NumBeams == 1)
            return;
        if (IsRandom)
            throw new ArgumentException($"Received NumBeams = {NumBeams} and settings for drawing at random; beam search takes the likeliest. Leave out Temperature, TopK, TopP and MinP, or NumBeams.");
        if (StopSequences.Count > 0)
            throw new ArgumentException("Received StopSequences for a beam search; it ends hypotheses at StopTokens alone. Give those, or NumBeams = 1.");
    }
}
