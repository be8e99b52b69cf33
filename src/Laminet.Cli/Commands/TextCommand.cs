using System.CommandLine;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet text</c>: models of language.</summary>
internal static class TextCommand
{
    public static Command Create(Surroundings surroundings)
    {
        DocumentedCommand command = new("text", "Train models on texts, write with them, classify, compare texts, score.",
            ("laminet text train book.txt", "A language model that writes like the book; a few minutes"),
            ("laminet text generate runs/NAME --prompt \"Once\"", "Let it write"),
            ("laminet text train --task classify reviews.tsv", "A model that gives the class of a text"),
            ("laminet text predict runs/NAME \"a fine film\"", "Let it choose"),
            ("laminet text embed model.onnx sentences.txt", "Vectors of sentences"),
            ("laminet text evaluate runs/NAME other.txt", "Perplexity, or accuracy"),
            ("laminet text evaluate --texts out.txt --references en.txt", "BLEU, chrF, ROUGE, error rates, exact match"))
        {
            TextTrainCommand.Create(surroundings),
            TextGenerateCommand.Create(surroundings),
            TextPredictCommand.Create(surroundings),
            TextEmbedCommand.Create(surroundings),
            TextEvaluateCommand.Create(surroundings),
        };
        command.SetAction(new HelpPage().Invoke);
        return command;
    }
}
