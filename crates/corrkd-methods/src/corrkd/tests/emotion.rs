//! Proof that emotions are learned, from the generator's files to tested predictions.

use super::adversarial::run;
use super::{loaded, settings};
use corrkd_config::{Condition, LabelSpace, Task};
use corrkd_record::{Answer, Prediction, scores};

#[test]
fn a_teacher_and_its_student_learn_four_emotions() {
    let data = loaded("synthetic-emotion");
    let space = LabelSpace::new(Task::Emotion, &data.labels).unwrap();
    let rest = "teacher.epochs = 6\nstudent.epochs = 6\nteacher.batch = 16\nstudent.batch = 16\n\
                evaluation = { ratios = [0.0], conditions = [] }";
    let results = run(&data, &settings("emotion", rest)).unwrap();
    // The best that can be had without a look at the sample: the same emotion for all.
    let constant = |answer: usize| {
        let probabilities: Vec<f32> = (0..4).map(|category| f32::from(u8::from(category == answer))).collect();
        let predictions: Vec<Prediction> = data
            .valid
            .samples
            .iter()
            .map(|sample| Prediction {
                condition: "lav".to_owned(),
                id: sample.id.clone(),
                label: sample.label,
                category: space.category(sample.label),
                answer: Answer::Categories { probabilities: probabilities.clone(), score: None },
            })
            .collect();
        scores(&space, &predictions.iter().collect::<Vec<_>>())
    };
    let chance = (0..4).map(|answer| constant(answer).f1).fold(0.0, f64::max);
    for result in results {
        assert!(
            result.training.as_ref().unwrap().validation.f1 > chance + 0.08,
            "{:?}, chance {chance}",
            result.training.as_ref().unwrap().validation
        );
        let complete = result.test.iter().find(|scored| scored.condition == Condition::COMPLETE).unwrap();
        let scores = &complete.scores;
        assert_eq!((scores.f1_targets.len(), scores.f1_categories.len()), (4, 4));
        assert_eq!((scores.f1_has0, scores.accuracy_has0, scores.mae), (None, None, None));
    }
}
